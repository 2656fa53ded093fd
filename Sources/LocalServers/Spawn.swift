import Foundation
import Synchronization

/// One `posix_spawn`: Foundation's `Process` cannot give a child its own process group.
struct Spawn {
    /// Held while a child is started and while a pipe is between its making and its close-on-exec mark, so that no
    /// child inherits another's pipe and keeps it open.
    static let gate = Mutex(())

    let executable: String
    let arguments: [String]
    let environment: [String: String]
    /// Becomes descriptors 1 and 2 of the child.
    let output: Int32?

    /// What a process of ours may have set to "ignore", which `exec` would hand down.
    private static let signalsReset = [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGCHLD, SIGUSR1, SIGUSR2]

    /// Returns the new process's number.
    func start() throws(LocalServerError) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        addDescriptors(to: &actions)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        setGroupAndSignals(in: &attributes)

        let argv = cStrings([executable] + arguments)
        defer { release(argv) }
        let envp = cStrings(environment.map { "\($0.key)=\($0.value)" })
        defer { release(envp) }

        var processIdentifier: pid_t = 0
        let code = Self.gate.withLock { _ in
            posix_spawnp(&processIdentifier, executable, &actions, &attributes, argv, envp)
        }
        guard code == 0 else { throw .spawnFailed(executable: executable, code: code) }
        return processIdentifier
    }

    private func addDescriptors(to actions: inout posix_spawn_file_actions_t) {
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        if let output {
            posix_spawn_file_actions_adddup2(&actions, output, 1)
            posix_spawn_file_actions_adddup2(&actions, output, 2)
        }
        // Some beyond, for sockets that other threads open before the child starts: one that leaked would never be closed.
        for descriptor in 3...((openDescriptors().max() ?? 2) + 256) {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
    }

    /// Sockets of C libraries are not all close-on-exec, so each is closed by its number. One that is gone by then does
    /// no harm.
    private func openDescriptors() -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/fd")) ?? []
        return names.compactMap { Int32($0) }.filter { $0 > 2 }
    }

    private func setGroupAndSignals(in attributes: inout posix_spawnattr_t) {
        var reset = sigset_t()
        sigemptyset(&reset)
        for signal in Self.signalsReset { sigaddset(&reset, signal) }
        var blocked = sigset_t()
        sigemptyset(&blocked)
        posix_spawnattr_setsigdefault(&attributes, &reset)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = Int32(POSIX_SPAWN_SETPGROUP) | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
        posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    private func cStrings(_ strings: [String]) -> [UnsafeMutablePointer<CChar>?] {
        strings.map { strdup($0) } + [nil]
    }

    private func release(_ pointers: [UnsafeMutablePointer<CChar>?]) {
        for pointer in pointers { free(pointer) }
    }
}
