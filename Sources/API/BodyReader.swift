import HTTPTypes
import Hummingbird
import NIOCore
import Notifications

/// Reads bodies, within limits of type and size; their time is the connection's to watch.
struct BodyReader: Sendable {
    let limit: Int

    /// How large a body may become: as large as any where its length is not said.
    func bytesAnnounced(by request: Request) -> Int {
        if request.headers[.transferEncoding] != nil { return limit }
        return min(limit, request.headers[.contentLength].flatMap { Int($0) } ?? 0)
    }

    /// The body as an object, with its bytes.
    func object(of request: Request) async throws -> (object: JSONObject, bytes: [UInt8]) {
        guard BodyReader.isJSON(request.headers[.contentType]) else { throw Problem.unsupportedMediaType }
        let bytes = try await bytes(of: request)
        guard let object = try BodyReader.parse(bytes).object else { throw Problem.notAnObject }
        return (object, bytes)
    }

    /// A reader of the body's members.
    func fields(of call: Call) async throws -> Fields { Fields(try await object(of: call.request).object) }

    /// The body as it came.
    func bytes(of request: Request) async throws -> [UInt8] {
        let tooLarge = Problem.bodyTooLarge("A body", limit: limit)
        let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        if announced > limit { throw tooLarge }
        var bytes: [UInt8] = []
        // No more for a promise than most bodies need.
        bytes.reserveCapacity(min(announced, 64 << 10))
        var pieces = request.body.makeAsyncIterator()
        while let piece = try await next(&pieces) {
            bytes.append(contentsOf: piece.readableBytesView)
            if bytes.count > limit { throw tooLarge }
        }
        return bytes
    }

    private func next(_ pieces: inout RequestBody.AsyncIterator) async throws -> ByteBuffer? {
        do { return try await pieces.next() } catch is BodyTooSlow { throw Problem.bodyTooSlow } catch {
            throw BodyFailure(cause: error)
        }
    }

    private static func parse(_ bytes: [UInt8]) throws -> JSON {
        let json: JSON
        do throws(JSONSyntaxError) { json = try JSON(parsing: bytes) } catch { throw Problem.malformed(error) }
        if let place = json.placeOfNUL() {
            throw Problem.invalid(place, .invalid, "must not contain a NUL character")
        }
        return json
    }

    /// `application/json` or anything that ends in `+json`, with any parameters.
    private static func isJSON(_ contentType: String?) -> Bool {
        let type = contentType?.split(separator: ";").first?.lowercased().filter { !$0.isWhitespace } ?? ""
        return type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }
}

/// Reading the body failed below us.
struct BodyFailure: Error {
    let cause: any Error
}

extension Fields {
    /// Throws what is wrong, if anything was noted.
    func check() throws {
        if !problems.isEmpty { throw Problem.invalid(problems) }
    }
}
