# Reseal by Terraform: the hub from hub.json and the zips of `npm run package`, under names by their content, and the members from the same templates as
# docs/deploy.md. Nothing is changed where no content has changed. README.md says what comes before `terraform apply`.
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "package" {
  type        = string
  description = "The directory that `npm run package` prints, as an absolute path: README.md"
}

variable "members" {
  type        = string
  default     = "../../infra/member"
  description = "The directory of the member templates"
}

variable "hub_profile" {
  type        = string
  description = "Profile of the AWS CLI for the account of the hub"
}

variable "management_profile" {
  type        = string
  description = "Profile of the AWS CLI for the management account"
}

variable "region" {
  type        = string
  description = "The Region of the hub"
}

variable "regions" {
  type        = list(string)
  description = "The Regions that are guarded"
}

variable "organizational_unit_ids" {
  type        = list(string)
  description = "The units whose accounts are guarded; the id of the root for all"
}

variable "own_copies" {
  type        = string
  default     = "false"
  description = "\"true\" lets Reseal itself read and write objects, in all accounts: docs/security.md, Own copies"
}

# A parameter that is taken out of here gets its default again: Terraform sends what is written down.
variable "hub_parameters" {
  type        = map(string)
  default     = {}
  description = "Parameters of the hub, for example { AlarmTopicArn = \"arn:aws:sns:eu-west-1:111122223333:security\" }"
}

provider "aws" {
  profile = var.hub_profile
  region  = var.region
}

provider "aws" {
  alias   = "management"
  profile = var.management_profile
  region  = var.region
}

# AWS Organizations writes its events there.
provider "aws" {
  alias   = "management_us_east_1"
  profile = var.management_profile
  region  = "us-east-1"
}

data "aws_caller_identity" "hub" {}

data "aws_caller_identity" "management" {
  provider = aws.management
}

data "aws_organizations_organization" "this" {
  provider = aws.management
}

locals {
  zips = fileset(var.package, "*.zip")
  hub = {
    HubAccountId = data.aws_caller_identity.hub.account_id
    HubRegion    = var.region
  }
  organization_id = data.aws_organizations_organization.this.id
}

resource "aws_s3_bucket" "code" {
  bucket_prefix = "reseal-code-"
}

resource "aws_s3_bucket_public_access_block" "code" {
  bucket                  = aws_s3_bucket.code.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# The role that may write objects of the account (OwnCopies) writes no code. With RolePath or RolePrefix its name begins otherwise.
resource "aws_s3_bucket_policy" "code" {
  bucket = aws_s3_bucket.code.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:PutObject"
      Resource  = "${aws_s3_bucket.code.arn}/*"
      Condition = { ArnLike = { "aws:PrincipalArn" = "arn:*:iam::*:role/reseal-reencrypt-object" } }
    }]
  })
}

resource "aws_s3_object" "zip" {
  for_each = local.zips
  bucket   = aws_s3_bucket.code.id
  key      = "reseal/${filesha256("${var.package}/${each.value}")}.zip"
  source   = "${var.package}/${each.value}"
  # The code before is there until the stack has the new one: a rollback needs it.
  lifecycle { create_before_destroy = true }
}

resource "aws_s3_object" "hub" {
  bucket = aws_s3_bucket.code.id
  key    = "reseal/${filesha256("${var.package}/hub.json")}.json"
  source = "${var.package}/hub.json"
  lifecycle { create_before_destroy = true }
}

resource "aws_cloudformation_stack" "hub" {
  name         = "reseal-prod"
  template_url = "https://${aws_s3_bucket.code.bucket_regional_domain_name}/${aws_s3_object.hub.key}"
  capabilities = ["CAPABILITY_NAMED_IAM"]
  parameters = merge(var.hub_parameters, {
    CodeBucket     = aws_s3_bucket.code.id
    OrganizationId = local.organization_id
    OwnCopies      = var.own_copies
  })
  depends_on = [aws_s3_object.zip]
}

# The management account comes first, because StackSets skips it. It needs "region" in every guarded Region, and so does the hub's account in every
# Region but the hub's: add a provider and a stack for each.
resource "aws_cloudformation_stack" "management_roles" {
  provider      = aws.management
  name          = "reseal-roles"
  template_body = file("${var.members}/roles.yml")
  capabilities  = ["CAPABILITY_NAMED_IAM"]
  parameters    = merge(local.hub, { OrganizationId = local.organization_id, OwnCopies = var.own_copies })
}

resource "aws_cloudformation_stack" "management_region" {
  provider      = aws.management
  name          = "reseal-region"
  template_body = file("${var.members}/region.yml")
  parameters    = local.hub
  depends_on    = [aws_cloudformation_stack.management_roles, aws_cloudformation_stack.hub]
}

resource "aws_cloudformation_stack" "management" {
  provider      = aws.management_us_east_1
  name          = "reseal-management"
  template_body = file("${var.members}/management.yml")
  parameters    = local.hub
  depends_on    = [aws_cloudformation_stack.management_roles, aws_cloudformation_stack.hub]
}

resource "aws_cloudformation_stack" "organization" {
  provider      = aws.management
  name          = "reseal-organization"
  template_body = file("${var.package}/organization.yml")
  parameters = merge(local.hub, {
    OrganizationId        = local.organization_id
    OwnCopies             = var.own_copies
    ManagementAccountId   = data.aws_caller_identity.management.account_id
    OrganizationalUnitIds = join(",", var.organizational_unit_ids)
    Regions               = join(",", var.regions)
  })
  # The hub's bus is there before anybody sends to it, and goes after the rules when all is destroyed. The hub hears of accounts that join before they have their stacks.
  depends_on = [aws_cloudformation_stack.hub, aws_cloudformation_stack.management]
}

output "hub" {
  value       = aws_cloudformation_stack.hub.outputs
  description = "LedgerTableName, PolicyBucketName, Version and what else the hub's stack says"
}
