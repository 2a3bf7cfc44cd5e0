import { DnsApp } from 'dnsteer';

export const app = new DnsApp();
