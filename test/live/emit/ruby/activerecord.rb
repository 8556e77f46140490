# Drives the pool of the database.yml that it is given on standard input: ruby activerecord.rb SIZE PID KILL SLEEP
require 'logger'
require 'erb'
require 'json'
require 'yaml'
require 'active_record'

size, pid, kill, sleep_sql = ARGV
size = size.to_i
config = YAML.safe_load(ERB.new(STDIN.read).result)['production']
ActiveRecord::Base.establish_connection(config)
Pool = ActiveRecord::Base.connection_pool

def attempt
  yield
  nil
rescue StandardError => error
  error.class.name
end

def clock = Process.clock_gettime(Process::CLOCK_MONOTONIC)

result = { size: Pool.size, timeout: Pool.checkout_timeout }
held = Queue.new
release = Queue.new
holders = size.times.map do
  Thread.new do
    Pool.with_connection { |connection| held << connection.select_value(pid); release.pop }
  end
end
result[:served] = size.times.map { held.pop }.uniq.size
started = clock
result[:gaveUp] = Thread.new { attempt { Pool.with_connection(&:active?) } }.value
result[:waitedMs] = ((clock - started) * 1000).round
size.times { release << 1 }
holders.each(&:join)

result[:slow] = attempt { Pool.with_connection { |connection| connection.select_value(sleep_sql) } }

# The server ends a session in use: the request fails, and the pool serves again.
result[:ended] = attempt do
  Pool.with_connection do |connection|
    mine = connection.select_value(pid)
    other = Thread.new { Pool.with_connection { |another| another.execute(format(kill, mine)) } }
    other.join
    connection.select_value(pid)
  end
end
# And one that is idle.
idle = Pool.with_connection { |connection| connection.select_value(pid) }
killer = ActiveRecord::Base.postgresql_connection(config.symbolize_keys) if config['adapter'] == 'postgresql'
killer ||= ActiveRecord::Base.mysql2_connection(config.symbolize_keys)
killer.execute(format(kill, idle))
killer.disconnect!
sleep 0.1
result[:again] = size.times.map { attempt { Pool.with_connection { |connection| connection.select_value(pid) } } }
puts result.to_json
