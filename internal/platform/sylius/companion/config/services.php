<?php

declare(strict_types=1);

namespace Symfony\Component\DependencyInjection\Loader\Configurator;

use Cartograph\Sylius\Body;
use Cartograph\Sylius\Links;
use Cartograph\Sylius\RestoreController;
use Cartograph\Sylius\Sender;
use Cartograph\Sylius\TellHandler;
use Cartograph\Sylius\Watcher;

return static function (ContainerConfigurator $container): void {
    $services = $container->services()->defaults()->private();
    $services->set(Links::class)->args([service('router'), param('kernel.secret')]);
    $services->set(Body::class)->args([service(Links::class)]);
    $services->set(Sender::class)->args([service('http_client'), param('cartograph_sylius.url'), param('cartograph_sylius.secret')]);
    $services->set(Watcher::class)
        ->args([service('messenger.default_bus'), service('logger'), param('cartograph_sylius.nobody')])
        ->tag('doctrine.event_listener', ['event' => 'postPersist'])
        ->tag('doctrine.event_listener', ['event' => 'postUpdate'])
        ->tag('doctrine.event_listener', ['event' => 'preRemove'])
        ->tag('doctrine.event_listener', ['event' => 'postFlush'])
        ->tag('kernel.reset', ['method' => 'reset']);
    $services->set(TellHandler::class)
        ->args([service('sylius.repository.order'), service('sylius.repository.customer'), service(Body::class), service(Sender::class)])
        ->tag('messenger.message_handler');
    $services->set(RestoreController::class)->public()
        ->args([
            service(Links::class), service('sylius.repository.order'), service('sylius.repository.promotion_coupon'),
            service('sylius.storage.cart_session'), service('sylius.order_processing.order_processor'),
            service('doctrine.orm.entity_manager'), service('router'), service('security.token_storage'),
        ])
        ->tag('controller.service_arguments');
};
