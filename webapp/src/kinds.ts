// Kinds of values in a person's words, and the colour that each is shown in. Pure.

const WORDS: Record<string, string> = {
  EMAIL_ADDRESS: "e-mail address",
  IP_ADDRESS: "IP address",
  MAC_ADDRESS: "MAC address",
  IBAN_CODE: "IBAN",
  SWIFT: "BIC",
  URL: "link",
  GPS: "position",
  VAT: "VAT number",
  CRYPTO: "crypto wallet",
  ORGANIZATION: "organisation",
  DATE_TIME: "date",
};

const SHADES: Record<string, readonly string[]> = {
  who: ["PERSON", "USERNAME", "ORGANIZATION", "DATE_OF_BIRTH", "AGE"],
  reach: ["EMAIL_ADDRESS", "PHONE_NUMBER", "URL", "IP_ADDRESS", "MAC_ADDRESS"],
  where: ["STREET_ADDRESS", "POSTAL_CODE", "LOCATION", "GPS"],
  money: ["CREDIT_CARD", "IBAN_CODE", "SWIFT", "BANK_ACCOUNT", "CRYPTO", "VAT", "MONEY"],
  secret: ["SECRET"],
};

/** `EMAIL_ADDRESS` is an e-mail address, `US_SSN` a US SSN, `LICENSE_PLATE` a license plate. */
export function kindWords(kind: string): string {
  const plain = kind.replaceAll("_", " ");
  return WORDS[kind] ?? (/^[A-Z]{2}_/.test(kind) ? plain : plain.toLowerCase());
}

export function shade(kind: string): string {
  return Object.entries(SHADES).find(([, kinds]) => kinds.includes(kind))?.[0] ?? "number";
}
