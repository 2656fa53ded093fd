import Foundation

/// A whole HTTP request as the bytes that go over the wire, and how many notifications it asks for.
struct LoadRequest: Sendable {
    let bytes: [UInt8]
    let notifications: Int

    /// The words of a notification, of 1 KiB.
    static let text = String(repeating: "All work and no play makes a dull notification. ", count: 22).prefix(1024)

    init(_ method: String, _ path: String, body: String, notifications: Int = 0, key: String) {
        let head = """
            \(method) \(path) HTTP/1.1\r
            host: 127.0.0.1\r
            authorization: Bearer \(key)\r
            content-type: application/json\r
            content-length: \(body.utf8.count)\r
            \r

            """
        bytes = Array(head.utf8) + Array(body.utf8)
        self.notifications = notifications
    }
}
