%% What poolboy does with workers whose login takes 100 ms; prints lines of `what value`.
-module(seen).
-behaviour(gen_server).
-export([start_link/1, init/1, handle_call/3, handle_cast/2, main/0]).

start_link(Args) -> gen_server:start_link(?MODULE, Args, []).
init(_) -> timer:sleep(100), counter ! login, {ok, self()}.
handle_call(_, _, State) -> {reply, self(), State}.
handle_cast(_, State) -> {noreply, State}.

logins(Count) -> receive login -> logins(Count + 1) after 50 -> Count end.
print(What, Value) -> io:format("~s ~p~n", [What, Value]).

main() ->
    process_flag(trap_exit, true),
    register(counter, self()),
    Me = self(),
    {ok, Pool} = poolboy:start_link([{worker_module, ?MODULE}, {size, 2}, {max_overflow, 2}], []),
    print("atFirst", logins(0)),
    [First, Last] = [poolboy:checkout(Pool) || _ <- [1, 2]],
    poolboy:checkin(Pool, First),
    poolboy:checkin(Pool, Last),
    One = fun() -> Worker = poolboy:checkout(Pool), poolboy:checkin(Pool, Worker), _ = poolboy:status(Pool), Worker end,
    print("lendsTheLast", [One() =:= Last || _ <- [1, 2, 3]]),
    Held = [poolboy:checkout(Pool) || _ <- [1, 2]],
    [One() || _ <- [1, 2, 3]],
    print("loginsOfThreeAboveSize", logins(0)),
    spawn(fun() -> _ = poolboy:checkout(Pool), Me ! lent, receive stop -> ok end end),
    timer:sleep(20),
    %% The process of the pool is in the login, and answers only then.
    _ = poolboy:status(Pool),
    print("answersAfterTheLogin", receive lent -> true; login -> true after 0 -> false end),
    _ = poolboy:checkout(Pool),
    spawn(fun() -> Me ! {waiter, catch poolboy:checkout(Pool, true, 60000)} end),
    timer:sleep(50),
    poolboy:stop(Pool),
    receive {waiter, {'EXIT', _}} -> print("waiter", refused) end,
    Ended = [monitor(process, Worker) || Worker <- Held],
    [receive {'DOWN', Ref, process, _, _} -> ok end || Ref <- Ended],
    print("held", closed),
    halt().
