<?php

declare(strict_types=1);

namespace Cartograph\Sylius;

use Symfony\Component\Config\Definition\Configurator\DefinitionConfigurator;
use Symfony\Component\DependencyInjection\ContainerBuilder;
use Symfony\Component\DependencyInjection\Loader\Configurator\ContainerConfigurator;
use Symfony\Component\HttpKernel\Bundle\AbstractBundle;

/**
 * Reads the settings under "cartograph_sylius" and wires the rest.
 */
final class CartographSyliusBundle extends AbstractBundle
{
    public function configure(DefinitionConfigurator $definition): void
    {
        $definition->rootNode()->children()
            ->scalarNode('url')->isRequired()->cannotBeEmpty()->info('The webhook address that Cartograph printed')->end()
            ->scalarNode('secret')->isRequired()->cannotBeEmpty()->info('The shop\'s webhook secret')->end()
            ->scalarNode('transport')->defaultValue('async')->info('An asynchronous transport of Messenger, with retries')->end()
            ->booleanNode('nobody')->defaultFalse()->info('Whether carts of nobody known are told as well')->end()
        ->end();
    }

    public function prependExtension(ContainerConfigurator $container, ContainerBuilder $builder): void
    {
        $transport = 'async';
        foreach ($builder->getExtensionConfig('cartograph_sylius') as $config) {
            $transport = $config['transport'] ?? $transport;
        }
        // Without this route the message would be sent within the shopper's request.
        $builder->prependExtensionConfig('framework', ['messenger' => ['routing' => [Tell::class => $transport]]]);
    }

    /** @param array{url: string, secret: string, transport: string, nobody: bool} $config */
    public function loadExtension(array $config, ContainerConfigurator $container, ContainerBuilder $builder): void
    {
        $container->parameters()
            ->set('cartograph_sylius.url', $config['url'])
            ->set('cartograph_sylius.secret', $config['secret'])
            ->set('cartograph_sylius.nobody', $config['nobody']);
        $container->import('../config/services.php');
    }
}
