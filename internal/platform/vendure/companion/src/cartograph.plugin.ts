import { Type } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { PluginCommonModule, VendurePlugin } from '@vendure/core';
import { CartographOptions } from './message';
import { OPTIONS } from './options';
import { QuietMutationsInterceptor } from './quiet-mutations.interceptor';
import { shopApiExtensions, TakeUpResolver } from './take-up.resolver';
import { TellerService } from './teller.service';

/**
 * Tells Cartograph of carts and orders. Add it to the plugins of the Vendure
 * config: `CartographPlugin.init({ url, secret, cartUrl })`.
 */
@VendurePlugin({
    imports: [PluginCommonModule],
    providers: [
        TellerService,
        { provide: OPTIONS, useFactory: () => CartographPlugin.options },
        { provide: APP_INTERCEPTOR, useClass: QuietMutationsInterceptor },
    ],
    shopApiExtensions: { schema: shopApiExtensions, resolvers: [TakeUpResolver] },
    compatibility: '^3.0.0',
})
export class CartographPlugin {
    static options: CartographOptions = {};

    static init(options: CartographOptions): Type<CartographPlugin> {
        this.options = options;
        return CartographPlugin;
    }
}
