import { Inject, Injectable, OnApplicationBootstrap, OnModuleInit } from '@nestjs/common';
import {
    ConfigService, CouponCodeEvent, CustomerEvent, EventBus, HistoryService, JobQueue, JobQueueService, LanguageCode, Logger,
    Order, OrderEvent, OrderLineEvent, OrderPlacedEvent, OrderService, OrderStateTransitionEvent, PaymentStateTransitionEvent,
    RefundStateTransitionEvent, RequestContext, RequestContextService, TransactionalConnection, TranslatorService,
} from '@vendure/core';
import { body, CartographOptions, Happened, orderFacts, post, Precision } from './message';
import { OPTIONS } from './options';

const context = 'Cartograph';

/**
 * Puts what happens into Vendure's job queue, and tells it from there. What is
 * told is read when it is told: a job that is tried again tells the newer state.
 */
@Injectable()
export class TellerService implements OnModuleInit, OnApplicationBootstrap {
    private queue!: JobQueue<Happened>;

    constructor(
        @Inject(OPTIONS) private options: CartographOptions,
        private eventBus: EventBus,
        private jobs: JobQueueService,
        private orders: OrderService,
        private history: HistoryService,
        private translator: TranslatorService,
        private contexts: RequestContextService,
        private connection: TransactionalConnection,
        private config: ConfigService,
    ) {}

    async onModuleInit(): Promise<void> {
        this.queue = await this.jobs.createQueue<Happened>({ name: 'cartograph', process: job => this.tell(job.data).catch(e => {
            Logger.verbose(`${job.data.event} could not be told: ${e}`, context);
            throw e;
        }) });
    }

    onApplicationBootstrap(): void {
        if (!this.options.url || !this.options.secret) {
            Logger.info('switched off: no url or no secret', context);
            return;
        }
        const of = <E>(type: new (...args: any[]) => E, take: (event: E) => Partial<Happened> | undefined) =>
            this.eventBus.ofType(type as any).subscribe((event: any) => {
                const what = take(event);
                if (what) {
                    this.happened(type.name, event.ctx, what);
                }
            });
        of(OrderEvent, e => (e.type === 'deleted' ? { event: 'OrderEvent.deleted', code: e.entity.code } : { order: e.entity.id }));
        of(OrderLineEvent, e => ({ order: e.order.id }));
        of(CouponCodeEvent, e => ({ order: e.orderId }));
        of(OrderPlacedEvent, e => ({ order: e.order.id }));
        of(OrderStateTransitionEvent, e => ({ order: e.order.id }));
        of(PaymentStateTransitionEvent, e => ({ order: e.order.id, payment: e.toState === 'Declined' || e.toState === 'Error' ? e.toState : undefined }));
        of(RefundStateTransitionEvent, e => (e.toState === 'Settled' ? { order: e.order.id } : undefined));
        of(CustomerEvent, e => (e.type === 'deleted' ? { event: 'CustomerEvent.deleted', customer: e.entity.id, email: e.entity.emailAddress } : undefined));
    }

    /** Queues what happened. It never throws: the shopper's request goes on whatever the queue does. */
    happened(event: string, ctx: RequestContext, what: Partial<Happened>): void {
        if (!this.options.url || !this.options.secret) {
            return;
        }
        const job: Happened = { event, at: new Date().toISOString(), language: ctx.languageCode, ...what };
        this.queue.add(job, { retries: 20 }).catch(e => Logger.error(`${event} could not be queued: ${e}`, context));
    }

    private async tell(h: Happened): Promise<string> {
        const { url, secret } = this.options;
        const facts = await this.facts(h);
        if (!url || !secret || !facts) {
            return 'nothing to tell';
        }
        let refused = '';
        await post(url, secret, body(this.options, h, facts), why => {
            refused = why;
            Logger.error(`${h.event} was refused and is not tried again: ${why}`, context);
        });
        return refused || 'told';
    }

    private async facts(h: Happened): Promise<object | undefined> {
        const encode = (id: string | number): string => this.encode(id);
        if (h.customer !== undefined) {
            return { customer: { id: encode(h.customer), emailAddress: h.email } };
        }
        if (h.order === undefined) {
            return { order: { code: h.code, active: false, deleted: true } };
        }
        const found = await this.read(h.order, h.language);
        // Of an order with several sellers, the whole is told and not its parts.
        if (!found || found.order.type === 'Seller') {
            return undefined;
        }
        const told: Precision = { moneyPrecision: this.config.entityOptions.moneyStrategy.precision ?? 2 };
        return { ...told, order: orderFacts(found.order, this.options, encode, found.fromDraft) };
    }

    /** Reads an order in the channel that it belongs to. */
    private async read(id: string | number, language?: string): Promise<{ order: Order; fromDraft: boolean } | undefined> {
        const bare = await this.connection.rawConnection.getRepository(Order).findOne({ where: { id }, relations: ['channels'] });
        if (!bare) {
            return undefined;
        }
        const channel = bare.channels.find(c => c.code !== '__default_channel__') ?? bare.channels[0];
        const ctx = await this.contexts.create({
            apiType: 'admin', channelOrToken: channel.token, languageCode: language as LanguageCode, currencyCode: bare.currencyCode,
        });
        const order = await this.orders.findOne(ctx, id, [
            'customer', 'lines', 'lines.productVariant', 'lines.productVariant.product', 'lines.productVariant.product.translations',
            'lines.featuredAsset', 'payments', 'payments.refunds', 'shippingLines', 'surcharges',
        ]);
        if (!order) {
            return undefined;
        }
        for (const { productVariant } of order.lines) {
            productVariant.product = this.translator.translate(productVariant.product, ctx);
        }
        // On its way from a draft to its payment, an order is active like a shopper's.
        return { order, fromDraft: order.state !== 'AddingItems' && (await this.wasDraft(ctx, id)) };
    }

    /** Tells whether staff made the order: nothing but its history keeps that. */
    private async wasDraft(ctx: RequestContext, id: string | number): Promise<boolean> {
        const entries = await this.history.getHistoryForOrder(ctx, id, false, { filter: { type: { eq: 'ORDER_STATE_TRANSITION' as any } } });
        return entries.items.some(entry => (entry.data as { from?: string }).from === 'Draft');
    }

    private encode(id: string | number): string {
        const strategy = this.config.entityOptions.entityIdStrategy ?? this.config.entityIdStrategy;
        return String(strategy.encodeId(id as never));
    }
}
