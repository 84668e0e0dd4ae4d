#include <map>
#include <set>

namespace trunkline::broker {

struct Session;

std::map<const Session*, int> by_address;                // caught: address-order
std::set<std::pair<int, Session*>> by_pair_of_address;
std::map<int, Session*> by_id;
auto number(Session* session) { return reinterpret_cast<std::uintptr_t>(session); }  // caught: address-order

}  // namespace trunkline::broker
