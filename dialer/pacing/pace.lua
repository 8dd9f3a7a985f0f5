-- Book up to n calls on every limit at once, or none. Times are microseconds of the Redis clock.
-- KEYS: the epoch, then one key per limit, the account's first. ARGV: n, min_wait, max_wait,
-- ahead, then one interval per limit.
-- Returns {wait until the first slot, distance between slots, slots booked, now}; {retry after, 0, 0, now} when refused.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local n, earliest, max_wait, ahead = tonumber(ARGV[1]), now + tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
-- A limit without a key was never booked, or its memory was lost. Then slots booked in a lost memory may still be
-- used, up to `ahead` after this memory began: nothing is booked before they have passed.
redis.call('SET', KEYS[1], string.format('%.0f', now), 'NX')
-- A server that was started anew may remember an older state of things: that is a lost memory, too.
local run, known = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)'), redis.call('GET', KEYS[1] .. ':run')
if known ~= run then
  redis.call('SET', KEYS[1] .. ':run', run)
  if known then redis.call('SET', KEYS[1], string.format('%.0f', now)) end
end
local epoch = tonumber(redis.call('GET', KEYS[1]))
local at, step, free = earliest, 0, {}
for i = 2, #KEYS do
  local interval = tonumber(ARGV[i + 3])
  free[i] = math.max(tonumber(redis.call('GET', KEYS[i]) or 0), epoch + ahead + interval, earliest)
  at = math.max(at, free[i])
  step = math.max(step, interval)
end
local account_interval = tonumber(ARGV[5])
-- A slower campaign must not book the account far ahead: its siblings would wait behind empty slots.
if step > account_interval then
  n = 1
  if at - free[2] > account_interval then return {math.ceil(at - free[2] - account_interval), 0, 0, now} end
end
n = math.min(n, math.floor((max_wait - (at - now)) / step) + 1)
if n < 1 then return {math.ceil(at - now - max_wait), 0, 0, now} end
for i = 2, #KEYS do
  local booked = at + (n - 1) * step + tonumber(ARGV[i + 3])
  redis.call('SET', KEYS[i], string.format('%.0f', booked), 'PX', math.ceil((booked - now) / 1000) + 1000)
end
return {math.floor(at - now), math.floor(step), n, now}
