import { wordOf } from '../past-rules.ts';

/** Words of head-ends in English and German, the surer first, to types of the taxonomy. Our own list: a proposal that a person confirms. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/duress code|under duress/, 'duress.code'], [/hold[ -]?up|überfall/, 'duress.holdup'], [/panic|duress/, 'duress.panic'], [/medical|notruf medizin/, 'duress.medical'],
  [/fire.*(trouble|fault)|brandmelde.*störung/, 'fire.trouble'], [/manual call|handmelder|pull station/, 'fire.manual'], [/water ?flow|sprinkler/, 'fire.flow'], [/fire|smoke|brand|rauch/, 'fire.alarm'],
  [/door.*(force|gewalt|aufgebrochen)|forced (open|door)|tür.*aufgebrochen/, 'access.forced'], [/door.*(held|open too long|ajar)|held open|tür.*(offen|auf)/, 'access.held'], [/tailgat|piggy/, 'access.tailgating'],
  [/denied.*repeat|repeated den/, 'access.denied-repeated'], [/reader.*tamper/, 'access.reader-tamper'], [/(door|lock|reader).*(fault|trouble|offline)/, 'access.door-fault'], [/emergency (release|exit)|break glass|fluchttür/, 'access.emergency-release'],
  [/video ?loss|signal loss|camera (lost|offline)|bildausfall/, 'video.signal-lost'], [/camera.*(tamper|cover|moved|defocus)/, 'video.tamper'], [/line cross|tripwire|linienüber/, 'video.line-crossed'], [/loiter/, 'video.loitering'],
  [/zone enter|intrusion detection|area enter|field detect/, 'video.zone-entered'], [/(video|camera|analytic).*(motion|person|human)|person detected/, 'video.person'], [/recording (fail|gap|lost)/, 'video.recording-failed'],
  [/glass/, 'intrusion.glassbreak'], [/fence|zaun/, 'intrusion.fence'], [/perimeter|außenhaut/, 'intrusion.perimeter'], [/vault|safe|tresor/, 'intrusion.vault'], [/late to close|not armed|fail(ed|ure) to (arm|close)/, 'intrusion.arm-failed'],
  [/burg|intrusion|intruder|einbruch|pir\b|motion|bewegung|zone alarm/, 'intrusion.alarm'],
  [/(mains|ac power|ac) (fail|loss|lost)|netzausfall/, 'equipment.mains-lost'], [/battery|batterie|akku/, 'equipment.battery-low'], [/(fail|loss|lost).*(comm|connection)|comm.*(fail|loss|lost)|offline|verbindung/, 'equipment.comms-lost'],
  [/test.*(miss|not received|late)/, 'equipment.test-missed'], [/tamper|sabotage/, 'equipment.tamper'], [/jamm/, 'equipment.jamming'], [/trouble|fault|störung|defekt/, 'equipment.device-trouble'],
  [/temperature.*(high|hoch)|over ?temp/, 'environment.temp-high'], [/leak|flood|wasser/, 'environment.water'], [/power (fail|loss|cut)/, 'environment.power-site'], [/gas\b|carbon mono/, 'environment.gas'],
];

/** The type that a file's word most likely means, or '' where nothing is near. A word that is a type's key or title is that type. */
export function suggestType(said: string, types: readonly { key: string; title: string; raisesAlarm: boolean }[]): string {
  const word = wordOf(said).replaceAll('_', ' ');
  const same = types.find(({ key, title }) => key === word || title.toLowerCase() === word);
  const key = same?.key ?? HINTS.find(([hint]) => hint.test(word))?.[1];
  return types.some((type) => type.key === key && type.raisesAlarm) ? (key ?? '') : '';
}
