/** Where most of Pockyt's payees live: offered first. */
const common = ['US', 'CN', 'CA', 'MX', 'BR', 'GB', 'HK', 'IN', 'ID', 'KR', 'MY', 'PH', 'TH'];

/** ISO 3166-1 alpha-2, every country and territory with an assigned code. */
const all =
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ ' +
  'CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR ' +
  'GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP ' +
  'KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT ' +
  'MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW ' +
  'SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ ' +
  'UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW';

/** The postal codes of the states as written on mail, with the names that stand beside them there. */
const usStates =
  'AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|' +
  'DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|' +
  'KY Kentucky|LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|' +
  'MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|' +
  'NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island|' +
  'SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington|' +
  'WV West Virginia|WI Wisconsin|WY Wyoming|AS American Samoa|GU Guam|MP Northern Mariana Islands|' +
  'PR Puerto Rico|VI U.S. Virgin Islands|AA Armed Forces Americas|AE Armed Forces Europe|AP Armed Forces Pacific';

export interface Choice {
  value: string;
  label: string;
}

/** Every country: the common ones, and the rest sorted as the locale sorts. */
export function countryChoices(locale: string): { often: Choice[]; rest: Choice[] } {
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  const choice = (code: string): Choice => ({ value: code, label: names.of(code) ?? code });
  const rest = all
    .split(' ')
    .filter((code) => !common.includes(code))
    .map(choice)
    .sort(byLabel(locale));
  return { often: common.map(choice), rest };
}

function byLabel(locale: string): (a: Choice, b: Choice) => number {
  const { compare } = new Intl.Collator(locale);
  return (a, b) => compare(a.label, b.label);
}

/**
 * The states of the USA by postal code. Their names stay English in every language, because that
 * is what stands on the payee's mail.
 */
export const usStateChoices: Choice[] = usStates.split('|').map((entry) => {
  const [code = '', ...name] = entry.split(' ');
  return { value: code, label: `${name.join(' ')} (${code})` };
});
