import Foundation

/// Which process has a TCP connection open.
///
/// **Source:** Linux `proc(5)`, `/proc/net/tcp` and `/proc/<pid>/fd`.
enum SocketOwner {
    /// - Parameters:
    ///   - port: of that process's end, on 127.0.0.1.
    ///   - candidates: who may be it.
    static func process(withLocalPort port: Int, among candidates: [Int32]) -> Int32? {
        guard let inode = inode(ofLocalPort: port, in: text(of: "/proc/net/tcp")) else { return nil }
        return candidates.first { hasOpen("socket:[\(inode)]", process: $0) }
    }

    /// The kernel hands such a file out in parts, and a short one does not mean the end.
    private static func text(of path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(descriptor, &part, part.count), count > 0 { bytes += part[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func inode(ofLocalPort port: Int, in table: String) -> Int? {
        let digits = String(port, radix: 16, uppercase: true)
        let address = "0100007F:" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count > 9, words[1] == address { return Int(words[9]) }
        }
        return nil
    }

    private static func hasOpen(_ target: String, process: Int32) -> Bool {
        let folder = "/proc/\(process)/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.contains {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == target
        }
    }
}
