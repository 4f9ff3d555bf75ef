<?php declare(strict_types=1);

namespace Cartograph\Companion\Message;

use Cartograph\Companion\Wire\Body;
use Cartograph\Companion\Wire\Signature;
use Shopware\Core\System\SystemConfig\SystemConfigService;
use Symfony\Component\Messenger\Exception\UnrecoverableMessageHandlingException;
use Symfony\Contracts\HttpClient\HttpClientInterface;

/** Posts what the queue brings. What fails for now is thrown, and the queue tries again. */
final class PostHandler
{
    public function __construct(
        private readonly HttpClientInterface $client,
        private readonly SystemConfigService $config,
    ) {
    }

    public function __invoke(Post $post): void
    {
        $url = $this->config->getString('CartographCompanion.config.webhookUrl', $post->salesChannelId);
        $secret = $this->config->getString('CartographCompanion.config.webhookSecret', $post->salesChannelId);
        if ($url === '' || $secret === '') {
            return;
        }
        $body = Body::write($post->event, $post->payload, $post->shopUrl, $post->eventId, time());
        $status = $this->client->request('POST', $url, [
            'headers' => ['Content-Type' => 'application/json', Signature::HEADER => Signature::of($body, $secret)],
            'body' => $body,
            'timeout' => 10,
            'max_redirects' => 0,
        ])->getStatusCode();
        if ($status >= 200 && $status < 300) {
            return;
        }
        $what = 'Cartograph answered ' . $status . ' to ' . $post->event;
        if ($status >= 400 && $status < 500 && $status !== 408 && $status !== 429) {
            throw new UnrecoverableMessageHandlingException($what);
        }
        throw new \RuntimeException($what);
    }
}
