# Sidekiq: one process, 10 threads. Arguments: the URL of Redis, how many jobs.
# Sidekiq itself loads this file for the job alone.
require "sidekiq"
require "sidekiq/api"
require "json"

# Otherwise this version warns at every job.
Redis.sadd_returns_boolean = false if Redis.respond_to?(:sadd_returns_boolean=)

class NoOpJob
  include Sidekiq::Worker
  sidekiq_options retry: false
  def perform; end
end

SINGLE = 2000

def seconds
  start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  yield
  Process.clock_gettime(Process::CLOCK_MONOTONIC) - start
end

def wait
  sleep 0.005 until yield
end

if $PROGRAM_NAME == __FILE__
  url, jobs = ARGV[0], ARGV[1].to_i
  Sidekiq.configure_client { |config| config.redis = { url: url } }
  queue = Sidekiq::Queue.new
  queue.clear
  single = SINGLE / seconds { SINGLE.times { NoOpJob.perform_async } }
  batches = jobs / 1000
  batch = batches * 1000 / seconds {
    batches.times { Sidekiq::Client.push_bulk("class" => NoOpJob, "args" => [[]] * 1000) }
  }
  full = queue.size
  child = spawn(
    { "REDIS_URL" => url }, "sidekiq", "-c", "10", "-r", File.expand_path(__FILE__), out: File::NULL, err: File::NULL)
  wait { queue.size < full }
  settled = full / seconds { wait { queue.size.zero? } }
  Process.kill("TERM", child)
  Process.wait(child)
  puts JSON.generate(settled: settled, single: single, batch: batch)
end
