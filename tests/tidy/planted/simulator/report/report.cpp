#include "simulator/plan/scenario.hpp"
#include "simulator/world/world.hpp"  // caught: layering
#include <fstream>
#include <nlohmann/json.hpp>
#include <sqlite3.h>                  // caught: system-include
