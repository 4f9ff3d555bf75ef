<?php

declare(strict_types=1);

namespace Cartograph\Connect\Model;

use Magento\Framework\App\ResourceConnection;

/**
 * What waits to be told: ids only. Bodies are made when they are posted, so that
 * the latest state is told and nothing is kept twice.
 */
class Queue
{
    /** Seconds before each further try; after the last, it waits for the next change. */
    private const WAITS = [60, 300, 1800, 7200, 21600, 43200];

    public function __construct(private readonly ResourceConnection $resource)
    {
    }

    private function table(): string
    {
        return $this->resource->getTableName('cartograph_queue');
    }

    /** Notes that something changed. */
    public function mark(string $kind, int $id, int $fromQuote = 0): void
    {
        $known = $this->find($kind, $id);
        $row = ['kind' => $kind, 'entity_id' => $id, 'revision' => (int) ($known['revision'] ?? 0) + 1, 'changed_at' => (int) (microtime(true) * 1000), 'next_at' => time(), 'tries' => 0,
            'from_quote' => $fromQuote ?: (int) ($known['from_quote'] ?? 0)];
        $this->resource->getConnection()->insertOnDuplicate($this->table(), $row, ['revision', 'changed_at', 'next_at', 'tries', 'from_quote']);
    }

    /** @return array<string, mixed> what is known of it, nothing if empty */
    public function find(string $kind, int $id): array
    {
        $connection = $this->resource->getConnection();
        $row = $connection->fetchRow($connection->select()->from($this->table())->where('kind = ?', $kind)->where('entity_id = ?', $id));

        return is_array($row) ? $row : [];
    }

    /** @return list<array<string, mixed>> what is due, which nobody else takes for a minute */
    public function take(int $limit): array
    {
        $connection = $this->resource->getConnection();
        $rows = $connection->fetchAll($connection->select()->from($this->table())->where('next_at > 0')->where('next_at <= ?', time())->order('next_at ASC')->limit($limit));

        return array_values(array_filter($rows, fn (array $row): bool => $this->set($row, ['next_at' => time() + 60], ['next_at = ?' => $row['next_at']])));
    }

    /** @param array<string, mixed> $row what was told, or needs no telling */
    public function done(array $row, string $hash): void
    {
        $this->set($row, ['tries' => 0, 'hash' => $hash]);
        // What changed meanwhile stays due.
        $this->set($row, ['next_at' => 0], ['revision = ?' => $row['revision']]);
    }

    /** @param array<string, mixed> $row what is told later */
    public function again(array $row): void
    {
        $tries = (int) $row['tries'];
        $this->set($row, ['tries' => $tries + 1, 'next_at' => isset(self::WAITS[$tries]) ? time() + self::WAITS[$tries] : 0], ['revision = ?' => $row['revision']]);
    }

    /**
     * @param array<string, mixed> $row
     * @param array<string, mixed> $fields
     * @param array<string, mixed> $only
     */
    private function set(array $row, array $fields, array $only = []): bool
    {
        return $this->resource->getConnection()->update($this->table(), $fields, ['kind = ?' => $row['kind'], 'entity_id = ?' => $row['entity_id']] + $only) > 0;
    }
}
