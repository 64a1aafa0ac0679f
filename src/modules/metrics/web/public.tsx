export { MonthsChart } from './months-chart.tsx';
export { betweenWords, figureWords, goalWords, ofWords, partWords, secondsWords, valueWords } from './words.ts';
