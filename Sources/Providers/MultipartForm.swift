/// A form whose members may be files.
///
/// **Source:** RFC 7578; WHATWG HTML §4.10.21.8 for what is escaped in names.
struct MultipartForm {
    private static let forbidden: [Character: String] = ["\"": "%22", "\r": "%0D", "\n": "%0A", "\r\n": "%0D%0A"]

    /// Between the members; in none of them.
    let boundary: String
    private var bytes: [UInt8] = []

    /// - Parameter boundary: at most 70 letters and digits.
    init(boundary: String) { self.boundary = boundary }

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }
    var body: [UInt8] { bytes + "--\(boundary)--\r\n".utf8 }

    mutating func add(_ name: String, _ value: String) {
        begin(name, "")
        bytes += "\r\n\(value)\r\n".utf8
    }

    mutating func add(_ name: String, filename: String, contentType: String, content: [UInt8]) {
        begin(name, "; filename=\"\(MultipartForm.escaped(filename))\"")
        bytes += "Content-Type: \(contentType)\r\n\r\n".utf8
        bytes += content
        bytes += "\r\n".utf8
    }

    private mutating func begin(_ name: String, _ parameters: String) {
        let name = MultipartForm.escaped(name)
        bytes += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\(parameters)\r\n".utf8
    }

    private static func escaped(_ text: String) -> String { text.map { forbidden[$0] ?? String($0) }.joined() }
}
