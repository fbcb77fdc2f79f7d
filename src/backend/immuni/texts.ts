/** Words of the documents that an app shows; ours, about the simulated service. Nothing here needs escaping in HTML. */

export const languages = ['en', 'it'] as const;
export type Language = (typeof languages)[number];

export interface Page {
  readonly title: string;
  readonly paragraphs: readonly string[];
}

interface Question {
  readonly title: string;
  readonly content: string;
}

export const questions: Readonly<Record<Language, readonly Question[]>> = {
  en: [
    {
      title: 'What does the app do?',
      content:
        'It notices over Bluetooth which other phones with the app are near, and for how long. If somebody nearby turns out to be ill and shares their keys, it tells you.',
    },
    {
      title: 'Does it know where I am or who I met?',
      content: 'No. It sends random identifiers that change every ten minutes. Who was where is written down nowhere.',
    },
    {
      title: 'What happens after a positive test?',
      content:
        'The health operator authorises the code that your app shows. Within two and a half minutes you can send the keys of your last days; nobody can make you.',
    },
    {
      title: 'I was notified. What now?',
      content: 'Stay at home and call your doctor. The notification says on which day the exposure was, not with whom.',
    },
  ],
  it: [
    {
      title: "Che cosa fa l'app?",
      content:
        "Rileva via Bluetooth quali altri telefoni con l'app sono vicini, e per quanto tempo. Se una persona vicina risulta malata e condivide le proprie chiavi, l'app ti avvisa.",
    },
    {
      title: 'Sa dove sono o chi ho incontrato?',
      content:
        'No. Trasmette identificativi casuali che cambiano ogni dieci minuti. Da nessuna parte è scritto chi era dove.',
    },
    {
      title: 'Che cosa succede dopo un test positivo?',
      content:
        "L'operatore sanitario autorizza il codice mostrato dall'app. Entro due minuti e mezzo puoi inviare le chiavi dei tuoi ultimi giorni; nessuno può obbligarti.",
    },
    {
      title: 'Ho ricevuto una notifica. E adesso?',
      content:
        "Resta a casa e chiama il tuo medico. La notifica dice in quale giorno è avvenuta l'esposizione, non con chi.",
    },
  ],
};

export const pages: Readonly<Record<'pn' | 'tou', Readonly<Record<Language, Page>>>> = {
  pn: {
    en: {
      title: 'Privacy notice',
      paragraphs: [
        'This is the notice of a simulated service. It processes what phones under test send to it, and nothing else.',
        'Kept for 14 days: keys that were shared, and the files they are published in. One-time codes are kept for two and a half minutes, only as a keyed hash.',
        'Reports of exposures and information on how phones work are kept apart from keys, with the day only, and cannot be joined with them.',
        'No address of a network, no name, no number of a telephone and no position is stored.',
      ],
    },
    it: {
      title: 'Informativa sulla privacy',
      paragraphs: [
        'Questa è l’informativa di un servizio simulato. Tratta ciò che i telefoni in prova gli inviano, e nient’altro.',
        'Conservati per 14 giorni: le chiavi condivise e i file in cui sono pubblicate. I codici monouso sono conservati per due minuti e mezzo, solo in forma di hash con chiave.',
        'Le informazioni sulle esposizioni e sul funzionamento dei telefoni sono conservate separatamente dalle chiavi, con il solo giorno, e non possono essere collegate a esse.',
        'Non vengono memorizzati indirizzi di rete, nomi, numeri di telefono né posizioni.',
      ],
    },
  },
  tou: {
    en: {
      title: 'Terms of use',
      paragraphs: [
        'This service is for tests. Its notifications say nothing about the health of anybody.',
        'Using it is voluntary and free; it can be stopped at any time, and what it holds can be deleted.',
      ],
    },
    it: {
      title: "Termini d'uso",
      paragraphs: [
        'Questo servizio serve a scopo di prova. Le sue notifiche non dicono nulla sulla salute di nessuno.',
        'L’uso è volontario e gratuito; può essere interrotto in qualsiasi momento, e ciò che contiene può essere cancellato.',
      ],
    },
  },
};
