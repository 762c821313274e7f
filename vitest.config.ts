import { defineConfig } from 'vitest/config'

const outside = ['**/node_modules/**', 'dist/**', '.lantern/**']
const worlds = '**/*.world.test.ts'

export default defineConfig({
  test: {
    environment: 'node',
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{worker,web,transcoder,scripts}/**/*.test.ts'],
          exclude: [...outside, worlds],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{worker,transcoder,scripts}/' + worlds],
          exclude: outside,
          globalSetup: ['worker/test/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: outside,
          globalSetup: ['worker/test/global-setup.ts'],
          fileParallelism: false, // one browser and one ffmpeg at a time on two cores
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
