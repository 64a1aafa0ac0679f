import { type Option, Picker } from '#ui/picker.tsx';
import { useSiteOptions } from './sites.ts';

type SitePickerProps = { label: string; help?: string; error?: string | undefined; isOptional?: boolean; value: Option | null; onValue: (site: Option | null) => void };

/** One of the sites that the reader sees, found by typing. */
export function SitePicker(props: SitePickerProps) {
  const { options, find, isSearching } = useSiteOptions();
  return <Picker {...props} options={options} onWords={find} isSearching={isSearching} />;
}
