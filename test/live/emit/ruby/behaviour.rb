# What pools of Ruby do that no option tells: the order of lending, and what becomes of a dead thread's place. Prints JSON.
require 'json'
require 'pg'
require 'sequel'
require 'connection_pool'
require 'active_record'

to = { host: ENV['DB_HOST'], port: ENV['DB_PORT'], user: ENV['DB_USERNAME'], password: ENV['DB_PASSWORD'] }
database = ENV['DB_DATABASE']
own_id = 'SELECT pg_backend_pid() AS id'

# Takes three at once, each in a thread, which give them back one after the other; then four one at a time.
order = lambda do |with|
  taken, go_on = Queue.new, 3.times.map { Queue.new }
  threads = 3.times.map { |at| Thread.new { with.call { |id| taken << [at, id]; go_on[at].pop } } }
  burst = 3.times.map { taken.pop }.sort.map(&:last)
  3.times { |at| go_on[at] << true; threads[at].join }
  4.times.map { burst.index(Thread.new { with.call { |id| id } }.value) }
end

pool = ConnectionPool.new(size: 3, timeout: 1) { PG.connect(**to, dbname: database) }
result = { 'connection-pool' => {
  lends: order.call(->(&block) { pool.with { |one| block.call(one.exec(own_id)[0]['id']) } }),
} }
Thread.new { pool.checkout }.join
result['connection-pool'][:leftOfThree] = pool.available
dead = ConnectionPool.new(size: 1, timeout: 0.2) { PG.connect(**to, dbname: database) }
Thread.new { dead.checkout }.join
result['connection-pool'][:afterDeath] = begin
  dead.with { 'served' }
rescue StandardError => error
  error.class.name
end

db = Sequel.connect(adapter: 'postgres', **to, database: database, max_connections: 3, pool_timeout: 1)
result['sequel'] = {
  lends: order.call(->(&block) { db.synchronize { block.call(db.get(Sequel.lit('pg_backend_pid()'))) } }),
}
url = "postgres://#{to[:user]}:#{to[:password]}@#{to[:host]}:#{to[:port]}/#{database}"
result['sequel'][:byPool] = Sequel.connect("#{url}?pool=9", test: false).pool.max_size
result['sequel'][:byName] = Sequel.connect("#{url}?max_connections=9", test: false).pool.max_size

ActiveRecord::Base.establish_connection(adapter: 'postgresql', pool: 3, host: to[:host], port: to[:port], username: to[:user],
                                        password: to[:password], database: database)
active = ActiveRecord::Base.connection_pool
result['activerecord'] = {
  lends: order.call(->(&block) { active.with_connection { |one| block.call(one.select_value(own_id)) } }),
}
puts JSON.generate(result)
