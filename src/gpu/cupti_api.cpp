#include "cupti_api.h"

#include "resolver.h"
#include "toolkit.h"

namespace cudal1::gpu {
namespace {

// The records are read as this header lays them out, so the library must be of the same major
// version.
constexpr int kMajor = CUPTI_API_VERSION >= 130000 ? 13 : 12;

}  // namespace

bool CuptiApi::open(std::string* why) {
  LibraryQuery query;
  query.stem = "libcupti.so";
  query.majors = {kMajor};
  query.variable = "CUDAL1_CUPTI";
  query.prefer_loaded =
      true;  // libtorch_cuda brings one, and two copies would fight for the subscription
  query.symbol = "cuptiGetVersion";
  const OpenedLibrary library = open_library(query);
  if (!library.handle) {
    if (why)
      *why = "libcupti.so." + std::to_string(kMajor) + " cannot be opened:\n" + library.tried;
    return false;
  }
  path = library.path;
  Resolver cupti(library.handle);
  cupti.find("cuptiGetVersion", &get_version);
  cupti.find("cuptiGetResultString", &get_result_string);
  cupti.find("cuptiActivityRegisterCallbacks", &register_callbacks);
  cupti.find("cuptiActivityEnable", &enable);
  cupti.find("cuptiActivityFlushAll", &flush_all);
  cupti.find("cuptiActivityGetNextRecord", &get_next_record);
  cupti.find("cuptiActivityGetNumDroppedRecords", &get_num_dropped_records);
  if (cupti.missing()) {
    if (why) *why = std::string("libcupti has no ") + cupti.missing();
    return false;
  }
  return get_version(&version) == CUPTI_SUCCESS;
}

}  // namespace cudal1::gpu
