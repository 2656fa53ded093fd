public import Foundation
import Synchronization

/// A child in a process group of its own, so that Ctrl-C in a terminal reaches us and not it: we end our children in
/// the order that suits them.
///
/// The child gets `/dev/null` as its input, default signal handling, and no descriptor of ours but its output.
/// It outlives this object, and it outlives us if we are killed.
public final class ChildProcess: Sendable {
    /// Where the child's output and error output go; both go to the same place.
    public enum Output: Sendable {
        /// To the end of the file at this path, which is made if missing.
        case file(String)
        /// To our own.
        case inherit
        /// To this function, one line at a time, in order, on a thread of its own.
        case lines(@Sendable (String) -> Void)
    }

    private struct State {
        var status: ExitStatus?
        var waiters: [Int: CheckedContinuation<ExitStatus?, Never>] = [:]
        var nextWaiter = 0
    }

    public let processIdentifier: Int32
    private let state = Mutex(State())

    /// Starts the program at once.
    ///
    /// - Parameters:
    ///   - executable: A path, or a name to be found in `PATH`.
    ///   - environment: The child's whole environment; nil means a copy of ours.
    /// - Throws: `.spawnFailed`, `.folderUnusable` if the output file cannot be opened.
    public init(
        executable: String, arguments: [String] = [], environment: [String: String]? = nil,
        output: Output = .inherit
    ) throws(LocalServerError) {
        let pipe = try OutputPipe(output)
        defer { pipe.closeChildEnd() }
        do {
            processIdentifier = try Spawn(
                executable: executable, arguments: arguments,
                environment: environment ?? ProcessInfo.processInfo.environment,
                output: pipe.childEnd
            ).start()
        } catch {
            pipe.closeOurEnd()
            throw error
        }
        watch(reading: pipe)
    }

    public var isRunning: Bool { state.withLock { $0.status == nil } }

    /// Nil while the child runs.
    public var exitStatus: ExitStatus? { state.withLock(\.status) }

    /// Asks the child to end (SIGTERM).
    public func terminate() { send(SIGTERM) }

    /// Ends the child without asking (SIGKILL).
    public func kill() { send(SIGKILL) }

    /// Does nothing once the child has ended: its number may belong to another process by then.
    public func send(_ signal: Int32) {
        state.withLock { state in
            guard state.status == nil else { return }
            _ = Foundation.kill(processIdentifier, signal)
        }
    }

    /// Waits for the end, and for the last line of output to be handed over. Cancellation does not cut it short.
    public func waitForExit() async -> ExitStatus {
        // Without a bound the answer is never nil; the loop only says so to the compiler.
        while true {
            if let status = await wait(atMost: nil) { return status }
        }
    }

    /// Waits at most this long; returns nil if the child still runs. Cancellation does not cut it short.
    public func waitForExit(within bound: Duration) async -> ExitStatus? {
        await wait(atMost: bound)
    }

    /// Asks the child to end, and ends it when it has not within `grace`.
    @discardableResult
    public func stop(signal: Int32 = SIGTERM, grace: Duration) async -> ExitStatus {
        send(signal)
        if let status = await waitForExit(within: grace) { return status }
        kill()
        return await waitForExit()
    }

    private func wait(atMost bound: Duration?) async -> ExitStatus? {
        await withCheckedContinuation { continuation in
            let outcome = state.withLock { state -> (status: ExitStatus?, waiter: Int) in
                if let status = state.status { return (status, 0) }
                state.nextWaiter += 1
                state.waiters[state.nextWaiter] = continuation
                return (nil, state.nextWaiter)
            }
            if let status = outcome.status {
                continuation.resume(returning: status)
            } else if let bound {
                DispatchQueue.global().asyncAfter(deadline: .now() + bound.dispatchInterval) {
                    let late = self.state.withLock { $0.waiters.removeValue(forKey: outcome.waiter) }
                    late?.resume(returning: nil)
                }
            }
        }
    }

    /// One thread sits in `waitid` for the child's whole life: it works beside any other user of SIGCHLD.
    private func watch(reading pipe: OutputPipe) {
        let drained = pipe.startReading()
        Thread.detachNewThread { [self] in
            var info = siginfo_t()
            // WNOWAIT leaves the zombie, so the number stays the child's until the status is published below.
            while waitid(P_PID, id_t(processIdentifier), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            // A grandchild may keep the pipe open for as long as it likes.
            _ = drained.wait(timeout: .now() + 1)
            reap()
        }
    }

    private func reap() {
        let (status, waiters) = state.withLock { state in
            var word: Int32 = 0
            while waitpid(processIdentifier, &word, 0) < 0, errno == EINTR {}
            let status = ExitStatus(waitStatus: word)
            state.status = status
            defer { state.waiters = [:] }
            return (status, state.waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: status) }
    }
}

extension Duration {
    var dispatchInterval: DispatchTimeInterval {
        .nanoseconds(Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000))
    }
}
