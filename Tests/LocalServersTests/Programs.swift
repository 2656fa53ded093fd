import LocalServers

/// Runs a program of the servers' boxes and returns what it said.
func output(of name: String, _ arguments: [String]) async throws -> [String] {
    let lines = Recorder()
    let child = try ChildProcess(
        executable: try Executables.installed.path(of: name, package: name), arguments: arguments,
        output: .lines { lines.append($0) })
    _ = await child.waitForExit()
    return lines.all
}

extension LocalRedis {
    func command(_ words: String...) async throws -> [String] {
        try await output(of: "redis-cli", ["-s", socketPath] + words)
    }
}

extension LocalPostgres {
    /// The rows of one statement, unaligned.
    func rows(_ statement: String) async throws -> [String] {
        try await output(of: "psql", ["-X", "-q", "-A", "-t", "-c", statement, url])
    }
}
