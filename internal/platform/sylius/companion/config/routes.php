<?php

declare(strict_types=1);

use Cartograph\Sylius\RestoreController;
use Symfony\Component\Routing\Loader\Configurator\RoutingConfigurator;

return static function (RoutingConfigurator $routes): void {
    $routes->add('cartograph_sylius_restore', '/cartograph/restore/{id}/{key}')
        ->controller(RestoreController::class)
        ->requirements(['id' => '\d+', 'key' => '[0-9a-f]{32}'])
        ->methods(['GET']);
};
