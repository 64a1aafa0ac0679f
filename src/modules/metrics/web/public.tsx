export { MonthsChart } from './months-chart.tsx';
export { betweenWords, figureWords, ofWords, partWords, secondsWords, targetValue, targetWords, valueWords } from './words.ts';
