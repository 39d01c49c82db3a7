#include "cupti_api.h"

#include <dlfcn.h>

#include "toolkit.h"

namespace cudal1::gpu {
namespace {

// The records are read as this header lays them out, so the library must be of the same major
// version.
constexpr int kMajor = CUPTI_API_VERSION >= 130000 ? 13 : 12;

template <typename Function>
bool resolve(void* library, const char* name, Function* function, std::string* why) {
  *function = reinterpret_cast<Function>(dlsym(library, name));
  if (!*function && why) *why = std::string("libcupti has no ") + name;
  return *function != nullptr;
}

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
  void* handle = library.handle;
  return resolve(handle, "cuptiGetVersion", &get_version, why) &&
         resolve(handle, "cuptiGetResultString", &get_result_string, why) &&
         resolve(handle, "cuptiActivityRegisterCallbacks", &register_callbacks, why) &&
         resolve(handle, "cuptiActivityEnable", &enable, why) &&
         resolve(handle, "cuptiActivityFlushAll", &flush_all, why) &&
         resolve(handle, "cuptiActivityGetNextRecord", &get_next_record, why) &&
         resolve(handle, "cuptiActivityGetNumDroppedRecords", &get_num_dropped_records, why) &&
         get_version(&version) == CUPTI_SUCCESS;
}

}  // namespace cudal1::gpu
