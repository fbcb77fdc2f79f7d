/** Which rules a backend follows where the documents of its system and the deployed code differ. */
export const behaviours = ['documented', 'deployed'] as const;
export type Behaviour = (typeof behaviours)[number];
