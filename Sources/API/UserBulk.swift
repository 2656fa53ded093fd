import Documents
import Foundation
import Notifications

/// Many users to be put at once: which of them can be, and what is wrong with the others, each for itself.
struct UserBulk {
    static let maximumUsers = 1000
    /// Of all users together.
    static let maximumDevices = 5000
    /// Of one user: a body full of mistakes must not get a larger answer back.
    private static let maximumErrors = 5

    /// Those that can be put, by their place in the request.
    private(set) var users: [Int: UserReplacement] = [:]
    private var errors: [Int: [FieldProblem]] = [:]
    let count: Int

    /// Throws 422 when it is no list, or nothing in it can be put.
    init(_ object: JSONObject, checking addresses: AddressCheck) throws {
        let fields = Fields(object)
        fields.allow(["users"])
        let elements = fields.array("users", maximum: UserBulk.maximumUsers)
        if object["users"].map(\.isNull) ?? true { fields.note("users", .missing, "is required") }
        if elements?.isEmpty == true { fields.note("users", .invalid, "must not be empty") }
        try fields.check()
        count = elements?.count ?? 0
        var taken = Taken()
        for (index, element) in (elements ?? []).enumerated() {
            let (user, problems) = UserBulk.read(element, at: "users[\(index)]", addresses, &taken)
            if problems.isEmpty, let user { users[index] = user } else { errors[index] = problems }
        }
        if taken.devices > UserBulk.maximumDevices {
            throw Problem.invalid("users", .tooMany, "may have at most \(UserBulk.maximumDevices) devices together")
        }
        if users.isEmpty { throw Problem.invalid(errors.sorted { $0.key < $1.key }.flatMap(\.value)) }
    }

    /// What users of before have in a request.
    private struct Taken {
        var userIds: Set<ExactText> = []
        var addresses: Set<JSON> = []
        var devices = 0
    }

    private static func read(
        _ element: JSON, at place: String, _ addresses: AddressCheck, _ taken: inout Taken
    ) -> (UserReplacement?, [FieldProblem]) {
        guard let object = element.object else {
            return (
                nil, [FieldProblem(field: place, code: .wrongType, message: "must be an object, not \(element.kind)")]
            )
        }
        let fields = Fields(object, path: place)
        let recipient = Recipient(fields)
        taken.devices += recipient.devices.count
        guard let userId = recipient.userId else {
            if object["userId"].map(\.isNull) ?? true { fields.note("userId", .missing, "is required") }
            return (nil, fields.problems)
        }
        var problems = fields.problems + addresses.problems(of: recipient, at: place)
        if problems.isEmpty { problems = conflicts(of: recipient, userId, at: place, &taken) }
        let user = UserReplacement(userId: userId, recipient: recipient, replacesDevices: object.speaksOfDevices)
        return (user, problems)
    }

    /// A user may be named once, and a token be one user's.
    private static func conflicts(
        of recipient: Recipient, _ userId: String, at place: String, _ taken: inout Taken
    ) -> [FieldProblem] {
        if taken.userIds.contains(ExactText(userId)) {
            return [FieldProblem(field: "\(place).userId", code: .conflict, message: "is listed before")]
        }
        let conflicts = recipient.devices.enumerated().filter { taken.addresses.contains($0.element.address) }.map {
            FieldProblem(field: "\(place).devices[\($0.offset)]", code: .conflict, message: "is another user's here")
        }
        if conflicts.isEmpty {
            taken.userIds.insert(ExactText(userId))
            taken.addresses.formUnion(recipient.devices.map(\.address))
        }
        return conflicts
    }

    /// What became of each, in order.
    /// - Parameter new: the users that were not known before.
    func answer(new: Set<ExactText>) -> JSON {
        let entries = (0..<count).map { index -> JSON in
            if let user = users[index] {
                return [
                    "index": JSON(index), "userId": .string(user.userId),
                    "status": new.contains(ExactText(user.userId)) ? "created" : "replaced",
                ]
            }
            let errors = (errors[index] ?? []).prefix(UserBulk.maximumErrors).map(Problem.json)
            return ["index": JSON(index), "errors": .array(errors)]
        }
        return ["users": .array(entries)]
    }
}

extension JSONObject {
    /// Whether the body of a user says which devices it has.
    var speaksOfDevices: Bool { self["devices"].map { !$0.isNull } ?? false }
}
