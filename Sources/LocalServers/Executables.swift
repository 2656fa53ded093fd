import Foundation

/// Where the servers' programs are looked for, first folder first.
public struct Executables: Sendable, Hashable {
    public var folders: [String]

    public init(folders: [String]) {
        self.folders = folders
    }

    /// `PATH`, then where Debian, Ubuntu, source builds and Homebrew put servers. Debian keeps one folder per Postgres
    /// version, none of them in `PATH`; the highest version comes first.
    public static var installed: Executables {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let debian = versions.compactMap(Int.init).sorted(by: >).map { "\(root)/\($0)/bin" }
        let others = ["/usr/local/bin", "/usr/local/pgsql/bin", "/opt/homebrew/bin", "/usr/bin", "/usr/sbin"]
        return Executables(folders: path.split(separator: ":").map(String.init) + debian + others)
    }

    /// The path of the first program of that name.
    ///
    /// - Throws: `.programMissing`, which tells the reader to install `package`.
    public func path(of name: String, package: String) throws(LocalServerError) -> String {
        for folder in folders {
            let path = "\(folder)/\(name)"
            if FileManager.default.isExecutableFile(atPath: path) {
                return path
            }
        }
        throw .programMissing(name: name, package: package)
    }

    /// The same folders behind the one where the program really lies, so that a server's own programs go before others
    /// of their name.
    func preferring(neighboursOf path: String) -> Executables {
        let program = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        return Executables(folders: [program.deletingLastPathComponent().path] + folders)
    }
}
