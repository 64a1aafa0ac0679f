/** The classes of `notices.ts` in German. */
export const titles: Readonly<Record<string, string>> = {
  'identity.glass-broken': 'Jemand hat das Glas einer Wand eingeschlagen, hinter der Sie stehen',
  'identity.glass-over': 'Wer das Glas einer Wand eingeschlagen hat, hinter der Sie stehen, ist wieder draußen: sagen Sie, ob es berechtigt war',
  'identity.glass-used': 'Jemand hat das Recht genutzt, Glas einzuschlagen; welchen Datensatz es betrifft, wird nur hinter dessen Wand gesagt',
  'identity.glass-asked': 'Sie sollen bezeugen, dass jemand einen abgeschirmten Datensatz betritt',
  'identity.glass-witnessed': 'Ihr Zeuge hat bestätigt: Sie dürfen eintreten',
  'identity.wall-changed': 'Der Hüter einer Wand, hinter der Sie stehen, hat gewechselt',
};
