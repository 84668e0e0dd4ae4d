#include "broker/net/verified_passwords.hpp"

#include <algorithm>
#include <string>

namespace trunkline::broker {

namespace {

/// With its size in front, so that no two lists of texts look alike.
void append_sized(std::string& message, std::string_view text) {
    message += std::to_string(text.size()) + ':';
    message += text;
}

}  // namespace

VerifiedPasswords::VerifiedPasswords(std::size_t limit, Duration lifetime)
    : limit_(limit), lifetime_(lifetime), key_(random_octets(ScramCredential::key_size)) {}

VerifiedPasswords::Digest VerifiedPasswords::digest_of(std::string_view user, ByteView password,
                                                       const Credential& credential) const {
    std::string message;
    append_sized(message, user);
    append_sized(message, as_text(password));
    message += password_line({}, credential);
    const Octets octets = hmac_sha256(key_, as_byte_view(message));
    std::fill(message.begin(), message.end(), '\0');
    Digest digest{};
    std::copy_n(octets.begin(), std::min(octets.size(), digest.size()), digest.begin());
    return digest;
}

bool VerifiedPasswords::knows(const Digest& digest, Instant now) {
    const std::lock_guard lock(mutex_);
    return renew(digest, now);
}

bool VerifiedPasswords::renew(const Digest& digest, Instant now) {
    while (!entries_.empty() && entries_.front().used_at + lifetime_ <= now) {
        by_digest_.erase(entries_.front().digest);
        entries_.pop_front();
    }
    const auto found = by_digest_.find(digest);
    if (found == by_digest_.end()) return false;
    found->second->used_at = now;
    entries_.splice(entries_.end(), entries_, found->second);
    return true;
}

void VerifiedPasswords::add(const Digest& digest, Instant now) {
    const std::lock_guard lock(mutex_);
    if (limit_ == 0 || renew(digest, now)) return;
    if (entries_.size() >= limit_) {
        by_digest_.erase(entries_.front().digest);
        entries_.pop_front();
    }
    entries_.push_back({digest, now});
    by_digest_.emplace(digest, std::prev(entries_.end()));
}

std::size_t VerifiedPasswords::size() const {
    const std::lock_guard lock(mutex_);
    return by_digest_.size();
}

void VerifiedPasswords::clear() {
    const std::lock_guard lock(mutex_);
    by_digest_.clear();
    entries_.clear();
}

}  // namespace trunkline::broker
