/** The words of a code: its HTTP status, what happened in Japanese and English, and the lawful next step where there is one. */
export interface CodeText {
  status: number;
  ja: string;
  en: string;
  next?: { ja: string; en: string };
}

export const transferTheCall = {
  ja: '通話を一般送配電事業者の窓口へ転送するか、公表されている停電情報でご案内ください。',
  en: 'Transfer the call to the network utility, or answer from the published outage information.',
};
export const askHeadquarters = {
  ja: '災害対策本部へ連絡してください。',
  en: 'Contact the disaster headquarters.',
};
export const askSupervisor = { ja: '所属の管理者（SV）へ連絡してください。', en: 'Contact your supervisor.' };
export const askOfficer = {
  ja: '情報管理責任者へ連絡してください。',
  en: 'Contact the information management officer.',
};
export const correctTheInput = {
  ja: '内容を直して、もう一度送ってください。',
  en: 'Correct the input and send it again.',
};
export const readAgain = { ja: '最新の状態を読み直してください。', en: 'Reload the current state.' };

export const defineCodes = <T extends Record<string, CodeText>>(codes: T): T => codes;
