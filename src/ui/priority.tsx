import { cx } from './class-names.ts';
import css from './priority.module.css';

export type Priority = 1 | 2 | 3 | 4;

const SHAPES: Record<Priority, { path: string; figureY: number }> = {
  1: { path: 'M4 2h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2z', figureY: 12.7 },
  2: { path: 'M9 1.6 17 16H1z', figureY: 14.4 },
  3: { path: 'M9 .8 17.2 9 9 17.2.8 9z', figureY: 12.7 },
  4: { path: 'M9 1.400a7.6 7.6 0 1 0 0 15.2 7.6 7.6 0 0 0 0-15.200z', figureY: 12.7 },
};

type PriorityShapeProps = {
  priority: Priority;
  /** Filled while the cause stands; outlined once it returned to normal, or while shelved. */
  isOutlined?: boolean;
  size?: number;
  /** What a screen reader says; "Priority 1" unless said. */
  label?: string;
};

/** Square, triangle, diamond, circle: the priority by shape, figure and hue. */
export function PriorityShape({ priority, isOutlined = false, size = 18, label = `Priority ${priority}` }: PriorityShapeProps) {
  const { path, figureY } = SHAPES[priority];
  return (
    <svg className={cx(css.shape, css[`p${priority}`], isOutlined && css.outlined)} width={size} height={size} viewBox="0 0 18 18" role="img" aria-label={label}>
      <path d={path} />
      <text x="9" y={figureY}>
        {priority}
      </text>
    </svg>
  );
}
