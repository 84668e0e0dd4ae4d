// What the oracle is going to look at, brought near before.

#include "protocol/base/bring_near.hpp"
#include "simulator/oracle/oracle.hpp"

namespace trunkline::sim {

void Oracle::expect(std::size_t sensor, unsigned step) const {
    const SensorBook& book = books_.sensors[sensor];
    if (step == 0) {
        bring_near(book);
        history_.expect(sensor);
    } else {
        bring_beginning_near(book.open.data());
        for (const Pair& pair : books_.pairs_of(sensor)) bring_near(pair);
    }
}

}  // namespace trunkline::sim
