/**
 * A workflow with one job of a single step of the action, after the checkout. `inputs` and `env`:
 * lines of YAML.
 */
export const oneStep = (
  inputs: string,
  { env = '', on = 'workflow_dispatch' }: { readonly env?: string; readonly on?: string } = {},
): string => `name: one step
on:
  ${on}:
permissions:
  contents: write
jobs:
  job:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with: { persist-credentials: false }
      - uses: owner/rushes@v1
        env:
          EVOLINK_API_KEY: ''
          APIMART_API_KEY: \${{ secrets.APIMART_API_KEY }}
${env}        with:
${inputs}`;
