/** Names in the signatures of the Corona-Warn-App (backend spec B4). */
export const SIGNER = { keyId: '262', keyVersion: 'v1' } as const;
