<?php

/**
 * As much of Magento as the module touches, in memory. It stands in for Magento
 * and proves nothing about it.
 */

namespace {
    function __(string $text): string { return $text; }
}

namespace Magento\Framework\App\Config { interface ScopeConfigInterface { public function getValue($path, $scope = '', $id = null); } }

namespace Magento\Framework\App {
    class DeploymentConfig { public function get($name) { return 'crypt key'; } }
    interface RequestInterface { public function getParam($name); }
    class ResourceConnection
    {
        public array $rows = [];
        public array $wheres = [];
        public function getTableName($name) { return $name; }
        public function getConnection() { return $this; }
        public function select() { $this->wheres = []; return $this; }
        public function from($table) { return $this; }
        public function order($by) { return $this; }
        public function limit($n) { return $this; }
        public function where($text, $value = null) { $this->wheres[$text] = $value; return $this; }
        private function is(array $row, array $wheres): bool
        {
            foreach ($wheres as $text => $value) {
                [$column, $op] = explode(' ', $text);
                $is = match ($op) { '=' => $row[$column] == $value, '<=' => $row[$column] <= $value, '>' => $row[$column] > 0 };
                if (!$is) {
                    return false;
                }
            }
            return true;
        }
        public function fetchAll($select) { return array_values(array_filter($this->rows, fn ($row) => $this->is($row, $this->wheres))); }
        public function fetchRow($select) { return $this->fetchAll($select)[0] ?? false; }
        public function insertOnDuplicate($table, $row, $fields)
        {
            $key = $row['kind'] . $row['entity_id'];
            $this->rows[$key] = isset($this->rows[$key]) ? array_intersect_key($row, array_flip($fields)) + $this->rows[$key] : $row + ['hash' => ''];
        }
        public function update($table, $fields, $wheres)
        {
            $n = 0;
            foreach ($this->rows as $key => $row) {
                if ($this->is($row, $wheres)) {
                    $this->rows[$key] = $fields + $row;
                    ++$n;
                }
            }
            return $n;
        }
        public function later() { foreach ($this->rows as $key => $row) { $this->rows[$key]['next_at'] = $row['next_at'] > 0 ? time() : 0; } }
    }
}

namespace Magento\Framework\App\Action { interface HttpGetActionInterface {} }

namespace Magento\Framework\Encryption { interface EncryptorInterface { public function decrypt($text); } }

namespace Magento\Framework { interface UrlInterface { const URL_TYPE_LINK = 'link'; const URL_TYPE_MEDIA = 'media'; } }

namespace Magento\Framework\HTTP\Client {
    class CurlFactory { public array $posted = []; public int $answer = 200; public bool $down = false; public function create() { return new Curl($this); } }
    class Curl
    {
        private array $headers = [];
        public function __construct(private CurlFactory $net) {}
        public function setTimeout($seconds) {}
        public function setOption($name, $value) {}
        public function setHeaders($headers) { $this->headers = $headers; }
        public function post($url, $body)
        {
            if ($this->net->down) {
                throw new \Exception('could not resolve host');
            }
            $this->net->posted[] = ['url' => $url, 'headers' => $this->headers, 'body' => $body];
        }
        public function getStatus() { return $this->net->answer; }
    }
}

namespace Magento\Framework\Event {
    interface ObserverInterface {}
    class Observer { public function __construct(private object $event) {} public function getEvent() { return $this->event; } }
}

namespace Magento\Framework\Exception { class NoSuchEntityException extends \Exception {} }

namespace Magento\Framework\Controller { interface ResultInterface {} }

namespace Magento\Framework\Controller\Result {
    class RedirectFactory { public function create() { return new Redirect(); } }
    class Redirect implements \Magento\Framework\Controller\ResultInterface
    {
        public array $headers = [];
        public string $path = '';
        public function setHeader($name, $value, $replace) { $this->headers[$name] = $value; }
        public function setPath($path) { $this->path = $path; return $this; }
    }
}

namespace Magento\Framework\Message { interface ManagerInterface { public function addNoticeMessage($text); public function addSuccessMessage($text); } }

namespace Magento\Store\Model { interface ScopeInterface { const SCOPE_STORE = 'store'; } interface StoreManagerInterface { public function getStore($id); } }

namespace Magento\Quote\Api { interface CartRepositoryInterface { public function get($id); public function save($quote); } }

namespace Magento\Sales\Api { interface OrderRepositoryInterface { public function get($id); } }

namespace Magento\Checkout\Model { class Session { public object $quote; public $id; public function getQuote() { return $this->quote; } public function setQuoteId($id) { $this->id = $id; } } }

namespace Magento\Newsletter\Model { class SubscriberFactory { public object $one; public function create() { return $this; } public function load($id) { return $this->one; } } }

namespace Psr\Log { interface LoggerInterface { public function error($text); public function warning($text); } }
