export { type Crowd, type CrowdOptions, type FakePlace, FakeWorld, type WorldOptions } from './testing/fake-world.ts';
export { type SteeringMatchers, steeringMatchers } from './testing/matchers.ts';
