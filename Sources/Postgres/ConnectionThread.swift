internal import Foundation

/// The thread on which one connection does all its work, so that libpq never blocks a thread of the cooperative pool.
///
/// `@unchecked Sendable` is sound because `jobs`, `isEnded` and `isWaiting` are touched only with `condition` locked,
/// and `condition` and the thread that waits on it never change.
final class ConnectionThread: SerialExecutor, @unchecked Sendable {
    private let condition = NSCondition()
    private var jobs: [UnownedJob] = []
    private var isEnded = false
    private var isWaiting = false

    init(name: String) {
        // The block keeps this object for as long as the thread runs.
        let thread = Thread { [self] in run() }
        thread.name = name
        thread.start()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.lock()
        jobs.append(job)
        let wake = isWaiting
        condition.unlock()
        // Signalled after unlocking, so that the thread does not wake only to wait for the lock.
        if wake { condition.signal() }
    }

    /// Lets the thread end once it has run what is queued. Nothing may be enqueued after this.
    func end() {
        condition.lock()
        isEnded = true
        condition.unlock()
        condition.signal()
    }

    private func run() {
        var batch: [UnownedJob] = []
        while take(&batch) {
            for job in batch { job.runSynchronously(on: asUnownedSerialExecutor()) }
            batch.removeAll(keepingCapacity: true)
        }
    }

    /// Waits for jobs and swaps them into `batch`; false when the thread is to end.
    private func take(_ batch: inout [UnownedJob]) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        isWaiting = true
        while jobs.isEmpty && !isEnded { condition.wait() }
        isWaiting = false
        swap(&jobs, &batch)
        return !batch.isEmpty
    }
}
