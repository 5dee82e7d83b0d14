<?php

// For php-fpm, whose default is ffi.enable=preload: then only preloaded files may use FFI. In php.ini:
//     opcache.preload=/path/to/imza/preload.php
//     opcache.preload_user=www-data

declare(strict_types=1);

require_once __DIR__ . '/autoload.php';

foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator(__DIR__ . '/src')) as $file) {
    // What implements the PSR interfaces uses no FFI of its own, and the interfaces may not be there.
    if ($file->getExtension() === 'php' && basename($file->getPath()) !== 'Http') {
        $name = strtr(substr($file->getPathname(), strlen(__DIR__ . '/src/'), -4), '/', '\\');
        class_exists("Imza\\$name"); // by way of the autoloader, so that each file is read once
    }
}
