import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Refusal } from '../refusal.ts';
import { benefitCost, internalRate, netPresentValue, payback, signChanges } from './cash-flow.ts';
import { annualLoss, residualLoss, singleLoss, type Figure } from './loss.ts';
import { gordonLoebBound, returnOfMitigation, returnOnSecurity } from './rosi.ts';

const valueOf = (result: Figure | Refusal): number => {
  if (!result.ok) throw new Error(`refused: ${result.at}: ${result.reason}`);
  return result.value;
};
const refused = (result: Figure | Refusal): string => (result.ok ? `not refused: ${result.value}` : result.at);

describe('loss a year', () => {
  it('of methods 3.3 (an encyclopaedia’s example): an asset of 100,000 exposed to a quarter loses 25,000 an event, and as much or 75,000 a year', () => {
    const single = valueOf(singleLoss({ assetValue: 100_000, exposure: 0.25 }));
    expect(single).toBe(25_000);
    expect([1, 3].map((perYear) => valueOf(annualLoss({ singleLoss: single, perYear })))).toEqual([25_000, 75_000]);
  });

  it('after several measures is the product of what each leaves, which is never less than what their sum would leave', () => {
    expect(valueOf(residualLoss(1000, [0.5, 0.5]))).toBe(250);
    expect(valueOf(residualLoss(1000, []))).toBe(1000);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }), (mitigations) => {
        const rest = valueOf(residualLoss(1, mitigations));
        expect(rest).toBeGreaterThanOrEqual(1 - mitigations.reduce((a, b) => a + b, 0) - 1e-12);
        expect(rest).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('names what is wrong', () => {
    expect(refused(singleLoss({ assetValue: -1, exposure: 0.5 }))).toBe('assetValue');
    expect(refused(singleLoss({ assetValue: 1, exposure: 1.5 }))).toBe('exposure');
    expect(refused(singleLoss({ assetValue: undefined as unknown as number, exposure: 1 }))).toBe('assetValue');
    expect(refused(annualLoss({ singleLoss: 1, perYear: Number.NaN }))).toBe('perYear');
    expect(refused(residualLoss(1, [0.5, -0.1]))).toBe('mitigations[1]');
  });
});

describe('return on security', () => {
  it('from knowledge, unverified: ENISA’s case of 5 attacks at 15,000, 80 % mitigated for 25,000, returns 140 %', () => {
    const ale = valueOf(annualLoss({ singleLoss: 15_000, perYear: 5 }));
    expect(ale).toBe(75_000);
    expect(valueOf(returnOfMitigation({ ale, mitigated: 0.8, cost: 25_000 }))).toBeCloseTo(1.4, 12);
    expect(valueOf(returnOnSecurity({ before: { loss: ale, years: 1 }, after: { loss: 15_000, years: 1 }, cost: 25_000 }))).toBeCloseTo(1.4, 12);
  });

  it('from knowledge, unverified: the bound of Gordon and Loeb is 1/e of the expected loss', () => {
    expect(valueOf(gordonLoebBound(1_000_000))).toBeCloseTo(367_879.441, 3);
  });

  it('has no figure without a cost, over different years, or of what is no amount', () => {
    const year = { loss: 10, years: 1 };
    expect(refused(returnOnSecurity({ before: year, after: year, cost: 0 }))).toBe('cost');
    expect(refused(returnOfMitigation({ ale: 1, mitigated: 0.5, cost: 0 }))).toBe('cost');
    expect(refused(returnOnSecurity({ before: { loss: 10, years: 3 }, after: year, cost: 5 }))).toBe('after.years');
    expect(refused(returnOnSecurity({ before: { loss: -10, years: 1 }, after: year, cost: 5 }))).toBe('before.loss');
    expect(refused(returnOnSecurity({ before: { loss: 10, years: 0 }, after: year, cost: 5 }))).toBe('before.years');
    expect(refused(returnOfMitigation({ ale: 1, mitigated: Number.NaN, cost: 1 }))).toBe('mitigated');
    expect(refused(gordonLoebBound(-1))).toBe('expectedLoss');
  });

  it('is negative where the measure costs more than it saves', () => {
    expect(valueOf(returnOnSecurity({ before: { loss: 100, years: 1 }, after: { loss: 90, years: 1 }, cost: 20 }))).toBe(-0.5);
  });
});

describe('cash flows', () => {
  it('of methods 3.3: −1000 and three times 500 at 10 % are worth 243.426, and return 23.3752 %', () => {
    const flow = [-1000, 500, 500, 500];
    expect(valueOf(netPresentValue(flow, 0.1))).toBeCloseTo(243.426, 3);
    expect(valueOf(internalRate(flow))).toBeCloseTo(0.233752, 6);
    expect(valueOf(payback(flow))).toBe(2);
    expect(valueOf(payback(flow, 0.1))).toBeCloseTo(2 + (1000 - 500 / 1.1 - 500 / 1.21) / (500 / 1.331), 12);
    expect(valueOf(benefitCost({ benefits: [0, 500, 500, 500], costs: [1000], rate: 0.1 }))).toBeCloseTo(1.243426, 6);
  });

  it('do not discount today', () => {
    expect(valueOf(netPresentValue([100], 0.5))).toBe(100);
    expect(valueOf(netPresentValue([0, 110], 0.1))).toBeCloseTo(100, 12);
  });

  it('have no internal rate where there are two (10 % and 20 %), and say so', () => {
    const flow = [-100, 230, -132];
    expect(Math.abs(valueOf(netPresentValue(flow, 0.1)))).toBeLessThan(1e-9);
    expect(Math.abs(valueOf(netPresentValue(flow, 0.2)))).toBeLessThan(1e-9);
    expect(internalRate(flow)).toMatchObject({ ok: false, at: 'flow', reason: expect.stringContaining('changes its sign 2 times') });
  });

  it('have no internal rate where they are only paid or only received', () => {
    for (const flow of [[-100, -10], [100, 10], [0, 0]]) expect(internalRate(flow)).toMatchObject({ ok: false, at: 'flow', reason: expect.stringContaining('only paid or only received') });
  });

  it('have one internal rate where they change their sign once, and are worth nothing at it', () => {
    const amount = fc.double({ min: 1, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1, maxLength: 4 }), fc.array(amount, { minLength: 1, maxLength: 15 }), fc.boolean(), (paid, received, isLoan) => {
        const flow = [...paid.map((x) => -x), 0, ...received].map((x) => (isLoan ? -x : x));
        expect(signChanges(flow)).toBe(1);
        const rate = valueOf(internalRate(flow));
        const size = flow.reduce((sum, x, t) => sum + Math.abs(x) / (1 + rate) ** t, 0);
        expect(Math.abs(valueOf(netPresentValue(flow, rate)))).toBeLessThan(1e-9 * size);
      }),
    );
  });

  it('are paid back never, at once, or only when they no longer go under', () => {
    expect(refused(payback([-100, 50]))).toBe('flow');
    expect(valueOf(payback([5, 5]))).toBe(0);
    expect(valueOf(payback([-100, 150, -100, 50]))).toBe(3);
    expect(valueOf(payback([-100, 0, 200]))).toBe(1.5);
  });

  it('name what is wrong', () => {
    expect(refused(netPresentValue([], 0.1))).toBe('flow');
    expect(refused(netPresentValue([1, Number.NaN], 0.1))).toBe('flow[1]');
    expect(refused(netPresentValue([1], -1))).toBe('rate');
    expect(refused(netPresentValue([1], Number.NaN))).toBe('rate');
    expect(refused(internalRate([1, Number.POSITIVE_INFINITY]))).toBe('flow[1]');
    expect(refused(benefitCost({ benefits: [1, -1], costs: [1], rate: 0 }))).toBe('benefits[1]');
    expect(refused(benefitCost({ benefits: [1], costs: [0], rate: 0 }))).toBe('costs');
    expect(refused(payback([undefined as unknown as number]))).toBe('flow[0]');
  });
});
