<?php
// One request after the other in one process, as a worker of PHP-FPM has them: what a persistent connection keeps of the last.
[$host, $port, $user, $password, $database] = array_map('getenv', ['DB_HOST', 'DB_PORT', 'DB_USERNAME', 'DB_PASSWORD', 'DB_DATABASE']);
$open = fn () => new PDO("pgsql:host=$host;port=$port;dbname=$database", $user, $password, [PDO::ATTR_PERSISTENT => true]);
$id = fn ($one) => $one->query('SELECT pg_backend_pid()')->fetchColumn();
$kept = fn ($value) => [
    'setting' => $value("SELECT current_setting('work_mem')"),
    'temporary' => (int) $value("SELECT count(*) FROM pg_class WHERE relname = 'kept' AND relnamespace = pg_my_temp_schema()"),
];
$leave = "SET work_mem = '1234kB'; CREATE TEMPORARY TABLE IF NOT EXISTS kept (a int)";
if ($_SERVER['REQUEST_URI'] === '/pdo') {
    [$one, $two] = [$open(), $open()];
    $seen = ['sessions' => array_unique([$id($one), $id($two)])] + $kept(fn ($sql) => $one->query($sql)->fetchColumn());
    $one->exec($leave);
} else {
    $one = pg_pconnect("host=$host port=$port dbname=$database user=$user password=$password");
    $value = fn ($sql) => pg_fetch_result(pg_query($one, $sql), 0, 0);
    $seen = ['sessions' => [$value('SELECT pg_backend_pid()')]] + $kept($value);
    pg_query($one, $leave);
}
header('Content-Type: application/json');
echo json_encode($seen);
