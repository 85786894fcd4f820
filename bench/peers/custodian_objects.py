"""A contender of ../inline-lane.ts: the action encrypt-keys of Cloud Custodian, from the PYTHONPATH, on one bucket, without its command line and its start-up."""
import json
import os
import tempfile
import time


from c7n.config import Config
from c7n.policy import PolicyCollection
from c7n.resources import load_resources

contest = json.loads(os.environ["CONTEST"])
policy = {
    "name": "existing-objects",
    "resource": "aws.s3",
    "query": [{"augment-keys": "none"}],
    "filters": [{"Name": contest["bucket"]}],
    "actions": [{"type": "encrypt-keys", "crypto": "aws:kms", "key-id": contest["keyArn"]}],
}
load_resources(("aws.s3",))
region = os.environ["AWS_DEFAULT_REGION"]
config = Config.empty(
    output_dir=tempfile.mkdtemp(), account_id=contest["account"], region=region, regions=[region], cache="memory"
)
[loaded] = PolicyCollection.from_data({"policies": [policy]}, config)
manager = loaded.resource_manager
buckets = manager.resources()
[action] = manager.actions
# Its context has the places that the action writes to.
with manager.ctx:
    started = time.perf_counter()
    action.process(buckets)
    seconds = time.perf_counter() - started
os.write(3, json.dumps({"seconds": seconds}).encode())
