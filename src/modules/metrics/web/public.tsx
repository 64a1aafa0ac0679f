export { MonthsChart } from './months-chart.tsx';
export { betweenWords, cutoffWords, figureWords, goalWords, ofWords, partWords, secondsWords, valueWords } from './words.ts';
