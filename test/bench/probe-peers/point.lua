function thread_init()
  connection = sysbench.sql.driver():connect()
  statement = connection:prepare("SELECT value FROM point WHERE id = ?")
  id = statement:bind_create(sysbench.sql.type.INT)
  statement:bind_param(id)
end

function event()
  id:set(sysbench.rand.uniform(1, 10000))
  statement:execute()
end

function thread_done()
  statement:close()
  connection:disconnect()
end
