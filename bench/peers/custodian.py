"""A contender of ../peers.ts: one policy of Cloud Custodian, from the PYTHONPATH, without its command line, its output and its start-up."""
import json
import os
import tempfile
import time


from c7n.config import Config
from c7n.policy import PolicyCollection
from c7n.resources import load_resources

contest = json.loads(os.environ["CONTEST"])
key = {} if contest["algorithm"] == "AES256" else {"key": contest["keyArn"]}
policy = {
    "name": "default-encryption",
    "resource": "aws.s3",
    "query": [{"augment-keys": "none"}],
    "filters": [{"not": [{"type": "bucket-encryption", "crypto": contest["algorithm"], **key}]}],
    "actions": [{"type": "set-bucket-encryption", "crypto": contest["algorithm"], **key}],
}
load_resources(("aws.s3",))
output = tempfile.mkdtemp()
region = os.environ["AWS_DEFAULT_REGION"]
config = Config.empty(output_dir=output, account_id=contest["account"], region=region, regions=[region], cache="memory")
[loaded] = PolicyCollection.from_data({"policies": [policy]}, config)
started, before = time.perf_counter(), time.process_time()
loaded.run()
seconds, cpu = time.perf_counter() - started, time.process_time() - before
os.write(3, json.dumps({"buckets": contest["buckets"], "seconds": seconds, "cpuSeconds": cpu}).encode())
