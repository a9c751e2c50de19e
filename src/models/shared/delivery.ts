/** Callback fields of each gateway: no clip depends on them. */
import type { GatewayName } from '../../ids.ts';
import type { Rule } from '../rule.ts';
import {
  APIMART_DELIVERY,
  apimartDeliveryFields,
  apimartDeliveryRules,
} from './apimart-delivery.ts';
import { evolinkDeliveryFields } from './evolink-delivery.ts';
import type { Fields } from '../card/card.ts';

export interface Delivery {
  readonly fields: Fields;
  readonly rules: readonly Rule[];
  readonly names: readonly string[];
  /** The field that `notify:` sets. */
  readonly notify: string;
}

export const DELIVERY: Readonly<Record<GatewayName, Delivery>> = {
  apimart: {
    fields: apimartDeliveryFields,
    rules: apimartDeliveryRules,
    names: APIMART_DELIVERY,
    notify: 'webhook',
  },
  evolink: {
    fields: evolinkDeliveryFields,
    rules: [],
    names: ['callback_url'],
    notify: 'callback_url',
  },
};
