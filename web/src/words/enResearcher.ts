/** The dashboard's sentences, apart so that the participant's page does not carry them. */
export const researcher = {};
