// caught: pragma-once
#pragma once
