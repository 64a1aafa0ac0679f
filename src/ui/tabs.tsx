import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { useCommands } from '#platform/web/commands.ts';
import { useIntoView } from './into-view.ts';
import css from './tabs.module.css';
import { t } from './messages.en.ts';

export type Tab = { key: string; title: string; count?: number; body: ReactNode };

type TabsProps = { tabs: readonly Tab[]; current: string; onTab: (key: string) => void; label: string; hasKeys?: boolean; end?: ReactNode };

/** A row of tabs. The page keeps which one stands in its URL; with `hasKeys` 1 to 9 go to them. */
export function TabBar({ tabs, current, onTab, label, hasKeys = false, end }: TabsProps) {
  useCommands(
    tabs.slice(0, 9).map((tab, at) => ({ key: String(at + 1), title: tab.title, isKeyOnly: true, run: () => onTab(tab.key) })),
    { isOn: hasKeys },
  );
  const arrows = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = step === 0 ? undefined : tabs[tabs.findIndex((tab) => tab.key === current) + step];
    if (!next) return;
    onTab(next.key);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${CSS.escape(next.key)}"]`)?.focus();
  };
  const list = useRef<HTMLDivElement>(null);
  useIntoView(list, '[aria-selected="true"]', current);
  return (
    <div className={css.bar}>
      <div ref={list} role="tablist" aria-label={label} className={css.tabs} onKeyDown={arrows}>
        {tabs.map((tab, at) => (
          <button key={tab.key} type="button" role="tab" id={`tab-${tab.key}`} data-tab={tab.key} aria-selected={tab.key === current} aria-controls={`panel-${tab.key}`} tabIndex={tab.key === current ? 0 : -1} className={css.tab} title={hasKeys ? t('ui.key.tab', { n: at + 1 }) : undefined} onClick={() => onTab(tab.key)}>
            {tab.title} {tab.count !== undefined && <span className="t3">{tab.count}</span>}
          </button>
        ))}
      </div>
      <span className="space" />
      {end}
    </div>
  );
}

/** The body of the tab that stands. */
export const TabBody = ({ tabs, current, className }: { tabs: readonly Tab[]; current: string; className?: string | undefined }) => (
  <div role="tabpanel" id={`panel-${current}`} aria-labelledby={`tab-${current}`} className={className}>
    {tabs.find((tab) => tab.key === current)?.body}
  </div>
);
